import { pattern } from './pattern.js';

console.log(pattern(4));
