export const sticky = /a/y.test('a');
