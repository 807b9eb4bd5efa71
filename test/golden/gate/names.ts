const größe = 1;
export { größe as size };
