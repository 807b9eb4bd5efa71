(function () {
  'use strict';
  const hidden = 1;
  log(eval('typeof hidden'));
})();
