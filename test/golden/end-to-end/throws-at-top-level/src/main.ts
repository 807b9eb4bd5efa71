import { configure } from './settings.js';

console.log('starting');
configure(7);
