/** Albums that were spoken to us in a group: only one part of an album carries the words, and so the mention. */
export interface Albums {
  /** Whether a part is heard: by its own words, or because another part was. */
  isHeard(album: string | null, byItself: boolean): boolean;
}

/** The parts of an album arrive within a second or two. */
const REMEMBERED = 200;

export function createAlbums(): Albums {
  const heard = new Set<string>();
  return {
    isHeard(album, byItself) {
      if (album === null) return byItself;
      if (byItself) heard.add(album);
      for (const oldest of heard) {
        if (heard.size <= REMEMBERED) break;
        heard.delete(oldest);
      }
      return heard.has(album);
    },
  };
}
