// Tests against brokers and clients that others wrote; they need mosquitto and its clients, and the AWS command line.
const base = require('./jest.config');

/** @type {import('jest').Config} */
module.exports = { ...base, testMatch: ['**/*.peer.ts'], testTimeout: 30_000 };
