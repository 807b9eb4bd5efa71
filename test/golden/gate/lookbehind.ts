export const digits = /(?<=v)\d/.exec('v1');
