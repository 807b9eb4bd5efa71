(function () {
  'use strict';
  const value = 1;
  try {
    throw 2;
  } catch (value) {
    log(value);
  }
  log(value);
})();
