import { Token } from 'cdktf';
import { LastwillError, mustBe } from '../../presence/errors';

// How cdktf writes a token into a string until it is resolved.
const TOKEN = /(\$\{TfToken\[[^\]]+\]\})/;

/**
 * Text as Terraform JSON must hold it so that Azure receives it as written: `${` becomes `$${`, `%{` becomes `%%{`.
 * Tokens inside the text survive. A `$` that no brace follows, as in `$all`, is not special and stays.
 * @throws LastwillError OPTION_INVALID when the text is escaped already.
 * @see https://developer.hashicorp.com/terraform/language/syntax/json#expressions
 */
export function terraformText(prop: string, text: string): string {
  return text
    .split(TOKEN)
    .map((piece, index) => (index % 2 === 1 ? piece : escapePiece(prop, piece)))
    .join('');
}

/** True when the value, or anything inside it, is only known at deployment. */
export function isUnresolved(value: unknown): boolean {
  if (Token.isUnresolved(value)) return true;
  if (Array.isArray(value)) return value.some(isUnresolved);
  return typeof value === 'object' && value !== null && Object.values(value).some(isUnresolved);
}

function escapePiece(prop: string, piece: string): string {
  if (/\$\$\{|%%\{/.test(piece)) {
    const rule = 'written as Event Grid spells it, with ${ instead of $${ (it is escaped for you)';
    throw new LastwillError('OPTION_INVALID', mustBe(prop, rule, piece));
  }
  return piece.replace(/([$%])\{/g, '$1$1{');
}
