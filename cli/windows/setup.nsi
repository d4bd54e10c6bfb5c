; The setup of kpfd for one user: no rights of an administrator, nothing outside of the user's own folders.
;
;   makensis -DVERSION=... -DFILES=<folder> -DOUTPUT=<kpfd-setup.exe> setup.nsi
;
; setup.exe /S installs without a question, uninstall.exe /S takes all away again.

Unicode true
ManifestDPIAware true
SetCompressor /SOLID lzma
; The same files give the same setup.
SetDateSave off

!include MUI2.nsh

Name "kpfd"
OutFile "${OUTPUT}"
RequestExecutionLevel user
InstallDir "$LOCALAPPDATA\Programs\kpfd"
BrandingText "kpfd ${VERSION}"
VIProductVersion "${VERSION}.0"
VIAddVersionKey /LANG=1041 "FileDescription" "kpfd setup"
VIAddVersionKey /LANG=1041 "FileVersion" "${VERSION}"
VIAddVersionKey /LANG=1041 "LegalCopyright" ""
VIAddVersionKey /LANG=1041 "ProductName" "kpfd"
VIAddVersionKey /LANG=1041 "ProductVersion" "${VERSION}"

!define MUI_ICON "kpfd.ico"
!define MUI_UNICON "kpfd.ico"
!define MUI_FINISHPAGE_TITLE "$(DONE_TITLE)"
!define MUI_FINISHPAGE_TEXT "$(DONE_TEXT)"
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "Japanese"
!insertmacro MUI_LANGUAGE "English"

LangString LINK_NAME ${LANG_JAPANESE} "届出ファイルの確認 (kpfd)"
LangString LINK_NAME ${LANG_ENGLISH} "Check a filing (kpfd)"
LangString DONE_TITLE ${LANG_JAPANESE} "kpfd を使えるようになりました"
LangString DONE_TITLE ${LANG_ENGLISH} "kpfd is ready"
LangString DONE_TEXT ${LANG_JAPANESE} "届出ファイルを、デスクトップのアイコン「届出ファイルの確認」の上までドラッグして離してください。送信できるかどうかを表示します。"
LangString DONE_TEXT ${LANG_ENGLISH} "Drag a filing onto the icon 'Check a filing' on the desktop and drop it there. A window says whether it can be sent."

!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\kpfd"

Section
  SetShellVarContext current
  SetOutPath "$INSTDIR"
  SetOverwrite on
  File "${FILES}\kpfd.exe"
  File "${FILES}\LICENSE.txt"
  File "${FILES}\README.txt"
  File "${FILES}\THIRD-PARTY.txt"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  ; Windows drops what is let go on these onto the program.
  CreateShortcut "$SMPROGRAMS\$(LINK_NAME).lnk" "$INSTDIR\kpfd.exe"
  CreateShortcut "$DESKTOP\$(LINK_NAME).lnk" "$INSTDIR\kpfd.exe"
  CreateShortcut "$SENDTO\$(LINK_NAME).lnk" "$INSTDIR\kpfd.exe"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayName" "kpfd"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayIcon" "$INSTDIR\kpfd.exe"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL_KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoRepair" 1
SectionEnd

Section "Uninstall"
  SetShellVarContext current
  ; Whichever language it was installed in.
  !macro DELETE_LINKS NAME
    Delete "$SMPROGRAMS\${NAME}.lnk"
    Delete "$DESKTOP\${NAME}.lnk"
    Delete "$SENDTO\${NAME}.lnk"
  !macroend
  !insertmacro DELETE_LINKS "届出ファイルの確認 (kpfd)"
  !insertmacro DELETE_LINKS "Check a filing (kpfd)"
  ; By name: whatever somebody else has put there stays.
  Delete "$INSTDIR\kpfd.exe"
  Delete "$INSTDIR\LICENSE.txt"
  Delete "$INSTDIR\README.txt"
  Delete "$INSTDIR\THIRD-PARTY.txt"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  DeleteRegKey HKCU "${UNINSTALL_KEY}"
SectionEnd
