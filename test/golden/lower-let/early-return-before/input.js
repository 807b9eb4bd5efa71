(function () {
  'use strict';
  function f(skip) {
    if (skip) return 'skipped';
    const value = 1;
    return value;
  }
  log(f(true) + f(false));
})();
