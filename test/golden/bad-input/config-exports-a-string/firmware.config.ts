export default 'virt-m4';
