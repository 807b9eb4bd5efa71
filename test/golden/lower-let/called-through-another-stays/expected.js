(function () {
  'use strict';
  function outer() {
    return inner();
  }
  function inner() {
    return value;
  }
  try {
    log(outer());
  } catch (error) {
    log(error.name);
  }
  const value = 1;
  log(outer());
})();
