import { z } from "zod";

/** One of the words of a union. The record makes the compiler ask for a word that was added to the type. */
export function oneOf<Word extends string>(words: Readonly<Record<Word, true>>): z.ZodType<Word> {
  return z.custom<Word>((value) => typeof value === "string" && Object.hasOwn(words, value), {
    error: `none of ${Object.keys(words).join(", ")}`,
  });
}

/** A member of a union told by `tag`; `shapes` has one shape for each value of it. */
export function byTag<Union extends object>(
  tag: string,
  shapes: Readonly<Record<string, z.ZodType<Union>>>,
): z.ZodType<Union> {
  return z.custom<Union>(
    (value) => {
      if (typeof value !== "object" || value === null) return false;
      const word: unknown = Reflect.get(value, tag);
      const shape =
        typeof word === "string" && Object.hasOwn(shapes, word) ? shapes[word] : undefined;
      return shape !== undefined && shape.safeParse(value).success;
    },
    { error: `no known ${tag}` },
  );
}
