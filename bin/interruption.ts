/** Resolves when the person asks the command to end: SIGINT (Ctrl-C) or SIGTERM. A second signal ends it at once. */
export function interruption(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const ask = (): void => {
      if (asked) process.exit(130);
      asked = true;
      resolve();
    };
    process.on('SIGINT', ask);
    process.on('SIGTERM', ask);
  });
}
