(function () {
  'use strict';
  try {
    log(value);
  } catch (error) {
    log(error.name);
  }
  let value = 1;
  log(value);
})();
