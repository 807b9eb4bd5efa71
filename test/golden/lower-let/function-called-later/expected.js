(function () {
  'use strict';
  function read() {
    return value;
  }
  var value = 1;
  log(read());
})();
