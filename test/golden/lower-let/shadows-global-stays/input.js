(function () {
  'use strict';
  function f() {
    {
      const NaN = 1;
      log(NaN);
    }
    return NaN;
  }
  log(f());
})();
