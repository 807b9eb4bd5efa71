(function () {
  'use strict';
  try {
    log(typeof value);
  } catch (error) {
    log(error.name);
  }
  const value = 1;
  log(value);
})();
