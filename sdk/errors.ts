/** Every message of the SDK. Codes are stable; RP1xxx declarations, RP2xxx build, RP3xxx images, RP4xxx commands. */
export * from './errors/build.js';
export * from './errors/commands.js';
export * from './errors/declarations.js';
export * from './errors/espruino.js';
export * from './errors/images.js';
export * from './errors/native.js';
export * from './errors/native-products.js';
export * from './errors/placement.js';
export * from './errors/profile.js';
export * from './errors/resources.js';
export * from './errors/vrings.js';
