/** Gives a place back; a second time has no effect. */
export type Release = () => void;

/** Has an effect the first time only. */
export function once(release: () => void): Release {
  let released = false;
  return () => {
    if (released) return;
    released = true;
    release();
  };
}
