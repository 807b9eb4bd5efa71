(function () {
  'use strict';
  function read() {
    return value;
  }
  const value = 1;
  log(read());
})();
