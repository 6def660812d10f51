import { Duplex } from 'node:stream';

/** Two ends of a connection in memory: what is written to one is read from the other. */
export function duplexPair(): readonly [Duplex, Duplex] {
  const left: Duplex = end(() => right);
  const right: Duplex = end(() => left);
  return [left, right];
}

function end(other: () => Duplex): Duplex {
  return new Duplex({
    allowHalfOpen: false,
    read: () => undefined,
    write: (chunk, _encoding, done) => {
      other().push(chunk);
      done();
    },
    final: (done) => {
      other().push(null);
      done();
    },
    destroy: (error, done) => {
      if (!other().destroyed) setImmediate(() => other().destroy());
      done(error);
    },
  });
}
