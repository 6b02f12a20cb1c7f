import type { z } from "zod";
import type { Removal, Who } from "../access/access-operations.ts";
import type { AccessReport } from "../access/access-report.ts";
import type { Person } from "../access/entry.ts";
import type { Approval, PairingReport } from "../access/pairing.ts";
import * as shapes from "./answer-shapes.ts";

/** `AccessOperations` as another process sees them. */
export interface AccessClient {
  list(): Promise<AccessReport>;
  approve(code: string, approval: Given): Promise<PairingReport>;
  allow(who: Who, approval: Given): Promise<Person>;
  revoke(who: Who, by: string): Promise<Removal>;
  deny(who: Who, by: string): Promise<Removal>;
}

type Given = Pick<Approval, "by" | "standing">;

interface Line {
  get<Shape extends z.ZodType>(shape: Shape, path: string): Promise<z.output<Shape>>;
  post<Shape extends z.ZodType>(
    shape: Shape,
    path: string,
    body?: unknown,
  ): Promise<z.output<Shape>>;
}

export function accessClient({ get, post }: Line): AccessClient {
  return {
    list: () => get(shapes.accessAnswer, "/v1/access"),
    approve: (code, approval) =>
      post(shapes.pairingAnswer, "/v1/access/approve", { code, ...approval }),
    allow: (who, approval) =>
      post(shapes.personAnswer, "/v1/access/allow", { ...who, ...approval }),
    revoke: (who, by) => post(shapes.removalAnswer, "/v1/access/revoke", { ...who, by }),
    deny: (who, by) => post(shapes.removalAnswer, "/v1/access/deny", { ...who, by }),
  };
}
