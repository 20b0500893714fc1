/**
 * What a thread finds as its second argument, behind the command that it belongs to. Node's own answer (`isMainThread`) comes with a module that costs a
 * start of `hwp` a twentieth; whoever reads the word asks that module, too, for anybody can write it.
 */
export const IN_THREAD = '--in-thread';
