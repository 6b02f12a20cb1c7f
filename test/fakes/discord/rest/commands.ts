import { z } from "zod";

import type { CommandOption, RegisteredCommand } from "../world/commands.ts";
import type { World } from "../world/world.ts";
import { guildOf } from "./place.ts";
import { parseForm, refuse, refuseForm } from "./refusal.ts";
import { NO_CONTENT, ok, param } from "./route.ts";
import type { Answer, Call, Route } from "./route.ts";

const GLOBAL = "/applications/:application/commands";
const IN_GUILD = "/applications/:application/guilds/:guild/commands";

export const commandRoutes: readonly Route[] = [GLOBAL, IN_GUILD].flatMap((path) => [
  { method: "GET", path, answer: list },
  { method: "PUT", path, answer: replace },
  { method: "POST", path, answer: add },
  { method: "DELETE", path: `${path}/:command`, answer: remove },
]);

const name = z
  .string()
  .min(1)
  .max(32)
  .refine((text) => /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u.test(text), {
    message: "APPLICATION_COMMAND_INVALID_NAME: Command name is invalid",
  })
  .refine((text) => text === text.toLowerCase(), {
    message: "APPLICATION_COMMAND_INVALID_NAME: Command name is invalid",
  });
const description = z.string().min(1).max(100);

const option: z.ZodType<CommandOption & { readonly description: string }> = z.lazy(() =>
  z.looseObject({
    name,
    description,
    type: z.int().min(1).max(11),
    required: z.boolean().optional(),
    choices: z
      .array(
        z.looseObject({
          name: z.string().min(1).max(100),
          value: z.union([z.string().max(100), z.number()]),
        }),
      )
      .max(25)
      .optional(),
    options: z.array(option).max(25).optional(),
  }),
);

const commandForm = z.looseObject({
  name,
  description,
  type: z.int().optional(),
  options: z.array(option).max(25).nullish(),
});
const listForm = z.array(commandForm).max(100);

/** "" for all guilds and DMs. */
function scopeOf(call: Call): string {
  if (param(call, "application") !== call.world.bot.id) throw refuse.notYourApplication();
  return call.params["guild"] === undefined ? "" : guildOf(call).id;
}

function list(call: Call): Answer {
  return ok((call.world.commands.get(scopeOf(call)) ?? []).map(({ raw }) => raw));
}

/** All at once: what is not in it is gone, what has the same name keeps its id. */
function replace(call: Call): Answer {
  const { world } = call;
  const scope = scopeOf(call);
  const forms = parseForm(listForm, call.body ?? []);
  const twice = forms.findIndex((one, at) => forms.findIndex((two) => two.name === one.name) < at);
  if (twice !== -1) {
    throw refuseForm({
      path: [twice, "name"],
      code: "APPLICATION_COMMANDS_DUPLICATE_NAME",
      message: "Application command names must be unique",
    });
  }
  const commands = forms.map((form, at) => register(world, scope, form, [at]));
  world.commands.set(scope, commands);
  return ok(commands.map(({ raw }) => raw));
}

function add(call: Call): Answer {
  const { world } = call;
  const scope = scopeOf(call);
  const form = parseForm(commandForm, call.body ?? {});
  const before = world.commands.get(scope) ?? [];
  const isNew = before.every((one) => one.name !== form.name);
  const command = register(world, scope, form, []);
  world.commands.set(scope, [...before.filter((one) => one.name !== form.name), command]);
  return { status: isNew ? 201 : 200, body: command.raw };
}

function remove(call: Call): Answer {
  const { world } = call;
  const scope = scopeOf(call);
  const before = world.commands.get(scope) ?? [];
  const kept = before.filter((one) => one.id !== param(call, "command"));
  if (kept.length === before.length) throw refuse.unknownCommand();
  world.commands.set(scope, kept);
  return NO_CONTENT;
}

function register(
  world: World,
  scope: string,
  form: z.output<typeof commandForm>,
  path: readonly (string | number)[],
): RegisteredCommand {
  const options = form.options ?? [];
  const firstOptional = options.findIndex((one) => one.required !== true);
  const late = options.findIndex((one, at) => one.required === true && at > firstOptional);
  if (firstOptional !== -1 && late !== -1) {
    throw refuseForm({
      path: [...path, "options", late],
      code: "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
      message: "Required options must be placed before non-required options",
    });
  }
  const before = (world.commands.get(scope) ?? []).find((one) => one.name === form.name);
  const id = before?.id ?? world.mint();
  const type = form.type ?? 1;
  const raw = {
    ...form,
    id,
    application_id: world.bot.id,
    version: world.mint(),
    type,
    options,
    default_member_permissions: form["default_member_permissions"] ?? null,
    nsfw: false,
    ...(scope === "" ? {} : { guild_id: scope }),
  };
  return { id, name: form.name, description: form.description, type, options, raw };
}
