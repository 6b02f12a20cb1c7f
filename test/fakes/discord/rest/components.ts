import { ButtonStyle, ComponentType, MessageFlags } from "discord-api-types/v10";
import type { APIMessageTopLevelComponent } from "discord-api-types/v10";
import { z } from "zod";

import { parseForm, refuseForm } from "./refusal.ts";
import type { FormFault } from "./refusal.ts";

const MOST_ROWS = 5;
const MOST_IN_ROW = 5;
const BUTTON: number = ComponentType.Button;
const LINK: number = ButtonStyle.Link;

const component = z.looseObject({
  type: z.int().min(2).max(18),
  style: z.int().min(1).max(6).optional(),
  label: z.string().max(80).optional(),
  emoji: z.looseObject({}).optional(),
  custom_id: z.string().min(1).max(100).optional(),
  url: z.string().max(512).optional(),
  disabled: z.boolean().optional(),
});
const row = z.looseObject({
  type: z.literal(ComponentType.ActionRow),
  components: z.array(component).min(1).max(MOST_IN_ROW),
});
const form = z.object({ components: z.array(row).max(MOST_ROWS) });

type Component = z.output<typeof component>;

/** Null: none were sent, so an edit leaves them. The second kind (a flag) is taken as it is. */
export function checkComponents(
  components: readonly unknown[] | null | undefined,
  flags: number,
): readonly APIMessageTopLevelComponent[] | null {
  if (components === undefined) return null;
  const given = components ?? [];
  if ((flags & MessageFlags.IsComponentsV2) === 0) {
    const { components: rows } = parseForm(form, { components: given });
    const faults = rowFaults(rows.map((one) => one.components));
    if (faults.length > 0) throw refuseForm(...faults);
  }
  return given as readonly APIMessageTopLevelComponent[];
}

function rowFaults(rows: readonly (readonly Component[])[]): readonly FormFault[] {
  const seen = new Set<string>();
  return rows.flatMap((components, rowAt) =>
    components.flatMap((one, at) => {
      const path = ["components", rowAt, "components", at];
      const { custom_id: id } = one;
      const isRepeated = id !== undefined && seen.has(id);
      if (id !== undefined) seen.add(id);
      const missing = one.type === BUTTON ? missingOf(one) : [];
      return [
        ...missing.map((field) => ({
          path: [...path, field],
          code: "BASE_TYPE_REQUIRED",
          message: "This field is required",
        })),
        ...(isRepeated
          ? [
              {
                path: [...path, "custom_id"],
                code: "COMPONENT_CUSTOM_ID_DUPLICATED",
                message: "Component custom id cannot be duplicated",
              },
            ]
          : []),
      ];
    }),
  );
}

function missingOf({ style, custom_id, url, label, emoji }: Component): readonly string[] {
  return [
    ...(style === undefined ? ["style"] : []),
    ...(style === LINK && url === undefined ? ["url"] : []),
    ...((style ?? 0) < LINK && custom_id === undefined ? ["custom_id"] : []),
    ...(label === undefined && emoji === undefined ? ["label"] : []),
  ];
}
