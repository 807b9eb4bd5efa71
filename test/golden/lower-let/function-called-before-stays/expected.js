(function () {
  'use strict';
  function read() {
    return value;
  }
  try {
    log(read());
  } catch (error) {
    log(error.name);
  }
  const value = 1;
  log(read());
})();
