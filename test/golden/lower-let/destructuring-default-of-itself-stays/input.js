(function () {
  'use strict';
  try {
    const { a = b, b } = {};
    log(a);
  } catch (error) {
    log(error.name);
  }
  const { c, d = c } = { c: 1 };
  log(d);
})();
