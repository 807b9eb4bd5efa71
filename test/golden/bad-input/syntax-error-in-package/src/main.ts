import { value } from 'broken';

console.log(value);
