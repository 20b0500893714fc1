import type { Lexer, LexerResult } from 'langium';

/** A token as Langium's services know it. */
export type Token = LexerResult['tokens'][number];
export type TokenType = Token['tokenType'];
export type TokenTypes = Lexer['definition'];
