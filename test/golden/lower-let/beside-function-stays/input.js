(function () {
  'use strict';
  function f() {
    {
      const g = () => 2;
      log(g());
    }
    return g();
    function g() {
      return 1;
    }
  }
  log(f());
})();
