/**
 * What the data probe is bundled with in place of the tables of `iconv-lite`, half a megabyte: its connections speak UTF-8, which Node reads
 * itself. A server that sends another encoding all the same is told apart by an error.
 */
const refuse = (): never => {
  throw new Error('The data probe speaks UTF-8 alone.');
};

export const getDecoder = refuse;
export const getEncoder = refuse;
export const encode = refuse;
export const decode = refuse;
export const encodingExists = (): boolean => false;
