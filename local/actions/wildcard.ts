/** Whether `text` matches a pattern in which `*` is any run of characters and `?` any single one. Takes linear time for one `*`. */
export function wildcardMatches(pattern: string, text: string): boolean {
  let at = 0;
  let from = 0;
  let star = -1;
  let resumeAt = 0;
  while (at < text.length) {
    const wanted = pattern[from];
    if (wanted === '*') {
      star = from++;
      resumeAt = at;
    } else if (wanted === '?' || wanted === text[at]) {
      from++;
      at++;
    } else if (star >= 0) {
      from = star + 1;
      at = ++resumeAt;
    } else {
      return false;
    }
  }
  while (pattern[from] === '*') from++;
  return from === pattern.length;
}
