/** Text that cannot move the cursor or change the colours of a terminal: control characters are shown as escapes. */
export function harmless(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
