(function () {
  'use strict';
  const value = 1;
  try {
    value = 2;
  } catch (error) {
    log(error.name);
  }
  log(value);
})();
