import type { Lexer, LexerResult } from 'langium';

/** A token of the parser that Langium is built on, without a dependency on its package. */
export type Token = LexerResult['tokens'][number];
export type TokenType = Token['tokenType'];
export type TokenTypes = Lexer['definition'];
export type LexingError = LexerResult['errors'][number];
