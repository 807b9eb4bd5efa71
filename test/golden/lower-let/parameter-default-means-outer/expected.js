(function () {
  'use strict';
  var value = 1;
  function f(get = () => value) {
    const value = 2;
    return get() + value;
  }
  log(f());
})();
