(function () {
  'use strict';
  function f() {
    var value = 1;
    {
      let value = 2;
      value++;
      log(value);
    }
    return value;
  }
  log(f());
})();
