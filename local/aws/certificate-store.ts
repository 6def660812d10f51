/** Where the embedded CA keeps what must outlive the engine. Names look like `ca/root.pem`. */
export interface CertificateStore {
  /** The text that was saved under the name, if any. */
  load(name: string): string | undefined;
  /** Keeps a text. `secret` ones are for their owner alone: a file gets mode 0600. */
  save(name: string, text: string, options: { readonly secret: boolean }): void;
}

/** A store for one engine, gone with it. */
export function memoryCertificateStore(): CertificateStore {
  const texts = new Map<string, string>();
  return { load: (name) => texts.get(name), save: (name, text) => void texts.set(name, text) };
}
