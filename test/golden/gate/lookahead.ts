export const version = /v(?=\d)/.test('v1');
