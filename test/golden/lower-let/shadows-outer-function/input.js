(function () {
  'use strict';
  const value = 1;
  function f() {
    {
      const value = 2;
      log(value);
    }
    return value;
  }
  log(f());
})();
