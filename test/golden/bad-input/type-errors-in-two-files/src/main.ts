import { half } from './half.js';

const text: string = half(4);
console.log(text);
