(function () {
  'use strict';
  let value;
  if (!value) value = 5;
  log(value);
})();
