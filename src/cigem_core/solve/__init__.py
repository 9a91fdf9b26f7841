"""What is best in whole numbers, proven (HiGHS), and flows at least cost (OR-Tools); needs the extra `solve`."""
