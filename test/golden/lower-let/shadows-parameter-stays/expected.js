(function () {
  'use strict';
  function f(value) {
    {
      const value = 2;
      log(value);
    }
    return value;
  }
  log(f(1));
})();
