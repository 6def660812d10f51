/** A statement that could not be evaluated to the end; the rule runs no action, its error action included. */
export class SqlFailure extends Error {}
