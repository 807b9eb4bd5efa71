(function () {
  'use strict';
  function read() {
    return value;
  }
  const attempt = (call) => {
    try {
      return call();
    } catch (error) {
      return error.name;
    }
  };
  log(attempt(read));
  const value = 1;
  log(attempt(read));
})();
