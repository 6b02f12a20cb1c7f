import { expect, it } from "vitest";

import { statusText } from "../../../cli/show/status-text.ts";
import type { StatusReport } from "../../../gateway/operations.ts";
import { aStatus } from "../../control/held-operations.ts";

const withArchive = (archive: Partial<StatusReport["archive"]>): string =>
  statusText(
    aStatus({
      archive: { conversations: 0, bytes: 0, archived: 0, dropped: 0, removed: 0, ...archive },
    }),
  );

it("the status says what the archive holds and what went there, where there is one", () => {
  expect(withArchive({})).not.toContain("archive");
  expect(withArchive({ conversations: 12, bytes: 2_500_000 })).toMatch(
    /^archive +12 conversations, 3 MiB$/m,
  );
  expect(withArchive({ conversations: 1, bytes: 10, archived: 5, dropped: 2, removed: 1 })).toMatch(
    /^archive +1 conversation, 1 MiB; since the start 3 put there, 2 removed unarchived, 1 removed for its age$/m,
  );
});
