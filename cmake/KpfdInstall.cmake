# What `cmake --install` puts where: the command, the library for C, and what others need to find and understand them.
# tests/package builds programs with all of it.

include_guard(GLOBAL)

include(CMakePackageConfigHelpers)

install(TARGETS kpfd RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT command)
if(KPFD_MANUALS_DIR)
  install(DIRECTORY "${KPFD_MANUALS_DIR}/man/" DESTINATION "${CMAKE_INSTALL_MANDIR}" COMPONENT command)
  install(FILES "${KPFD_MANUALS_DIR}/bash/kpfd" DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions"
          COMPONENT command)
  install(FILES "${KPFD_MANUALS_DIR}/zsh/_kpfd" DESTINATION "${CMAKE_INSTALL_DATADIR}/zsh/site-functions"
          COMPONENT command)
endif()

set(libraries kpfd_shared)
if(TARGET kpfd_static)
  list(APPEND libraries kpfd_static)
endif()
install(
  TARGETS ${libraries}
  EXPORT kpfdTargets
  RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT library
  LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT library NAMELINK_COMPONENT development
  ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT development)
install(FILES "${PROJECT_SOURCE_DIR}/kpfd/include/kpfd/kpfd.h" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/kpfd"
        COMPONENT development)

# find_package(kpfd)
set(package "${CMAKE_INSTALL_LIBDIR}/cmake/kpfd")
install(EXPORT kpfdTargets NAMESPACE kpfd:: DESTINATION "${package}" COMPONENT development)
configure_package_config_file("${CMAKE_CURRENT_LIST_DIR}/support/kpfdConfig.cmake.in"
                              "${PROJECT_BINARY_DIR}/install/kpfdConfig.cmake" INSTALL_DESTINATION "${package}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/install/kpfdConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/install/kpfdConfig.cmake" "${PROJECT_BINARY_DIR}/install/kpfdConfigVersion.cmake"
        DESTINATION "${package}" COMPONENT development)

# pkg-config. Places are told from where the file itself stands, so that a folder that was moved serves, too.
set(pkgconfig "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
foreach(place IN ITEMS LIBDIR INCLUDEDIR)
  cmake_path(RELATIVE_PATH CMAKE_INSTALL_FULL_${place} BASE_DIRECTORY "${CMAKE_INSTALL_PREFIX}/${pkgconfig}"
             OUTPUT_VARIABLE KPFD_PC_${place})
endforeach()
configure_file("${CMAKE_CURRENT_LIST_DIR}/support/kpfd.pc.in" "${PROJECT_BINARY_DIR}/install/kpfd.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/install/kpfd.pc" DESTINATION "${pkgconfig}" COMPONENT development)

install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" "${PROJECT_SOURCE_DIR}/CHANGELOG.md" "${PROJECT_SOURCE_DIR}/docs/c-api.md"
        DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT development)
install(DIRECTORY "${PROJECT_SOURCE_DIR}/docs/examples" DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT development
        PATTERN __pycache__ EXCLUDE)

# The services. The units name the command where this installation has it.
if(TARGET kpfd AND CMAKE_SYSTEM_NAME STREQUAL Linux)
  set(systemd "${PROJECT_SOURCE_DIR}/hooks/systemd")
  install(
    CODE "
    foreach(unit IN ITEMS kpfd-inbox.service kpfd-serve.service kpfd-serve.socket)
      file(READ \"${systemd}/\${unit}\" text)
      string(REPLACE /usr/bin/kpfd \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_BINDIR}/kpfd\" text \"\${text}\")
      string(REPLACE file:///usr/share/doc \"file://\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_DATADIR}/doc\" text \"\${text}\")
      file(WRITE \"${PROJECT_BINARY_DIR}/install/\${unit}\" \"\${text}\")
      file(INSTALL \"${PROJECT_BINARY_DIR}/install/\${unit}\" DESTINATION \"\${CMAKE_INSTALL_PREFIX}/lib/systemd/system\")
    endforeach()"
    COMPONENT service)
  install(FILES "${systemd}/sysusers.conf" DESTINATION lib/sysusers.d RENAME kpfd.conf COMPONENT service)
  install(FILES "${systemd}/tmpfiles.conf" DESTINATION lib/tmpfiles.d RENAME kpfd.conf COMPONENT service)
  install(FILES "${PROJECT_SOURCE_DIR}/hooks/nginx/kpfd.conf" DESTINATION "${CMAKE_INSTALL_DATADIR}/kpfd/nginx" COMPONENT service)
  install(FILES "${PROJECT_SOURCE_DIR}/docs/inbox.md" "${PROJECT_SOURCE_DIR}/docs/operations.md" "${PROJECT_SOURCE_DIR}/docs/serve.md"
          DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/kpfd" COMPONENT service)
endif()
